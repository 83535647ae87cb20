#!/usr/bin/python3
"""Reads a topic from its beginning to its end with an independent client (Debian: python3-kafka, python3-zstandard,
python3-lz4, python3-snappy) and prints one JSON object per message: topic, partition, offset, key, headers, sha256 of the value.

    read_kafka.py BOOTSTRAP_SERVERS TOPIC [--values]

With --values the value itself is printed, too. Exit 1 when a partition's end is not reached within a minute.
"""
import hashlib
import json
import sys
import time

from kafka import KafkaConsumer, TopicPartition


def text(value):
    return None if value is None else value.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode("utf-8")


def main():
    servers, topic = sys.argv[1:3]
    with_values = "--values" in sys.argv[3:]
    # Without the version it would be found out by probing, which takes seconds.
    consumer = KafkaConsumer(bootstrap_servers=servers.split(","), enable_auto_commit=False, api_version=(2, 1, 0), check_crcs=True,
                             fetch_max_wait_ms=50)
    partitions = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or [])]
    if not partitions:
        sys.exit(f"{topic}: no such topic")
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    ends = consumer.end_offsets(partitions)
    deadline = time.monotonic() + 60
    while any(consumer.position(p) < ends[p] for p in partitions):
        if time.monotonic() > deadline:
            sys.exit(f"{topic}: the end was not reached")
        for messages in consumer.poll(timeout_ms=500).values():
            for m in messages:
                line = {"topic": m.topic, "partition": m.partition, "offset": m.offset, "key": text(m.key),
                        "headers": [[name, text(value)] for name, value in m.headers],
                        "sha256": hashlib.sha256(m.value).hexdigest()}
                if with_values:
                    line["value"] = text(m.value)
                print(json.dumps(line))
    consumer.close(autocommit=False)


main()
