#!/usr/bin/env python3
"""How much of N replicas' power is left when partitions are dealt out whole and keys are not alike.

    kafka_skew.py

Detections have a key (owner/repo) whose frequency follows Zipf's law with exponent s over 1000 repositories; a key's partition is random, as
a hash makes it; each replica gets the same number of partitions. The group keeps up until its busiest replica is full, so
efficiency = mean load of a replica / load of the busiest one. Printed: the mean of 200 draws (fixed seed), and the worst of twenty.
"""
import random

REPOSITORIES, DRAWS = 1000, 200


def efficiency(replicas, partitions, exponent, rng):
    load = [0.0] * replicas
    owner = [p % replicas for p in range(partitions)]
    for rank in range(1, REPOSITORIES + 1):
        load[owner[rng.randrange(partitions)]] += rank ** -exponent
    return sum(load) / replicas / max(load)


def main():
    print("key            replicas  partitions  mean  worst of 20")
    for name, exponent in (("all alike", 0.0), ("Zipf 0.7", 0.7), ("Zipf 1.0", 1.0)):
        for replicas in (2, 3, 6, 12):
            for partitions in (replicas, 96):
                rng = random.Random(20261122)
                draws = sorted(efficiency(replicas, partitions, exponent, rng) for _ in range(DRAWS))
                print(f"{name:14} {replicas:8} {partitions:11}  {sum(draws) / DRAWS:.2f}  {draws[DRAWS // 20]:.2f}")


main()
