"""botocore on EBS direct. It finds its server and its keys in the environment.

    snapshot-blocks.py read SNAPSHOT FILE    writes the blocks to their places in FILE
    snapshot-blocks.py write FILE GIB        makes a snapshot of the blocks of FILE that hold something

Prints {"snapshot", "blocks": [index, ...]}.
"""

import base64
import hashlib
import json
import sys

import boto3

BLOCK = 524288
ebs = boto3.client("ebs")


def digest(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def read(snapshot, path):
    pages = [ebs.list_snapshot_blocks(SnapshotId=snapshot, MaxResults=100)]
    while "NextToken" in pages[-1]:
        pages.append(ebs.list_snapshot_blocks(SnapshotId=snapshot, MaxResults=100, NextToken=pages[-1]["NextToken"]))
    blocks = [block for page in pages for block in page["Blocks"]]
    with open(path, "wb") as disk:
        for block in blocks:
            index = block["BlockIndex"]
            got = ebs.get_snapshot_block(SnapshotId=snapshot, BlockIndex=index, BlockToken=block["BlockToken"])
            data = got["BlockData"].read()
            assert len(data) == got["DataLength"] == BLOCK, (index, len(data))
            assert digest(data) == got["Checksum"], index
            disk.seek(index * BLOCK)
            disk.write(data)
    return {"snapshot": snapshot, "blocks": [block["BlockIndex"] for block in blocks]}


def write(path, gib):
    snapshot = ebs.start_snapshot(VolumeSize=int(gib))["SnapshotId"]
    digests = {}
    with open(path, "rb") as disk:
        for index, data in enumerate(iter(lambda: disk.read(BLOCK), b"")):
            data = data.ljust(BLOCK, b"\0")
            if not data.strip(b"\0"):
                continue
            digests[index] = digest(data)
            ebs.put_snapshot_block(
                SnapshotId=snapshot,
                BlockIndex=index,
                BlockData=data,
                DataLength=BLOCK,
                Checksum=digests[index],
                ChecksumAlgorithm="SHA256",
            )
    ebs.complete_snapshot(
        SnapshotId=snapshot,
        ChangedBlocksCount=len(digests),
        Checksum=digest(b"".join(base64.b64decode(each) for each in digests.values())),
        ChecksumAlgorithm="SHA256",
        ChecksumAggregationMethod="LINEAR",
    )
    return {"snapshot": snapshot, "blocks": list(digests)}


print(json.dumps({"read": read, "write": write}[sys.argv[1]](*sys.argv[2:])))
