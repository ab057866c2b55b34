"""Results of a run that never was, for the tests of what is made from results."""

import random

RATIOS = {
    "stock": ("stock awslambdaric, constant handler", "stock", 1.0, 1.0),
    "firstbyte": ("firstbyte", "firstbyte", 0.38, 1.1),
    "firstbyte-200-tools": ("firstbyte, 200 tools that import boto3", "firstbyte", 0.39, 1.12),
    "rust-constant": ("Rust lambda_runtime, constant", "rust", 0.08, None),
    "rust-rmcp": ("Rust rmcp, stateless", "rust", 0.1, 0.1),
    "node-constant": ("Node aws-lambda-ric, constant", "node", 1.3, None),
    "node-sdk-2": ("TypeScript SDK v2, streamifyResponse", "node", 4.1, 4.4),
    "node-sdk-1": ("TypeScript SDK v1, streamifyResponse", "node", 3.0, 3.2),
    "adapter-express": ("adapter + TypeScript SDK v1 on Express", "node", 3.6, 3.9),
    "modmex": ("modmex-lambda", "python", 3.4, 3.5),
    "hayate": ("hayate, Worker mount", "python", 4.4, 4.5),
    "awslabs": ("awslabs-mcp-lambda-handler", "python", 5.2, 5.2),
    "hayate-mcp": ("hayate-mcp", "python", 17, 17.3),
    "mangum": ("mcp + Mangum (buffered)", "python", 18, 18.4),
    "adapter-mcp-json": ("adapter + mcp, uvicorn, JSON", "python", 18.2, 18.9),
    "adapter-mcp-sse": ("adapter + mcp, uvicorn, SSE", "python", 18.1, 19),
    "adapter-fastmcp-json": ("adapter + FastMCP, JSON", "python", 26, 27),
    "adapter-fastmcp-sse": ("adapter + FastMCP, SSE", "python", 25, 31),
}
SHARES = {"1": 1.0, "0.58": 1.5, "0.29": 3.0}
STOCK_S = 0.031


def results(rounds=21):
    """The raw document, as its JSON reads; the same each time."""
    dice = random.Random(5)

    def times(middle, count=rounds):
        return [middle * dice.lognormvariate(0.03, 0.06) for _ in range(count)]

    candidates = [
        {
            "key": key,
            "title": title,
            "family": family,
            "versions": {"thing": "1.2.3"},
            "note": "",
            "installed_bytes": 1_000_000 * (number + 1),
        }
        for number, (key, (title, family, _, _)) in enumerate(RATIOS.items())
    ]
    candidates.append(
        {"key": "gone", "title": "a rival that is gone", "reason": "its package was withdrawn"}
    )
    servers = {key: row for key, row in RATIOS.items() if row[3] is not None and key != "stock"}
    cold = {
        share: {
            "initialize": {
                key: times(STOCK_S * slower * row[2])
                for key, row in RATIOS.items()
                if key != "modmex"
            },
            "discover": {key: times(STOCK_S * slower * row[2]) for key, row in servers.items()},
            "list": {
                key: times(STOCK_S * slower * row[2] * 1.01) for key, row in servers.items()
            },
            "call": {key: times(STOCK_S * slower * row[3]) for key, row in servers.items()},
        }
        for share, slower in SHARES.items()
    }
    streaming = [key for key in servers if key not in ("mangum", "hayate", "awslabs")]
    return {
        "when": "2026-11-23T02:00:00+00:00",
        "machine": {"cpu": "a processor", "cores": 2, "kernel": "6.1", "memory_bytes": 8 << 30},
        "pythons": {"python3.13": {"version": "3.13.0", "pgo": False, "lto": False}},
        "options": {"rounds": rounds, "seed": 5, "took_s": 1500},
        "candidates": candidates,
        "cold": cold,
        "cold_first_byte": {"1": cold["1"]},
        "cold_by_tools": {
            "firstbyte": {str(n): times(0.012) for n in (1, 50, 200)},
            "adapter-mcp-json": {str(n): times(0.55 + n * 0.0005) for n in (1, 50, 200)},
        },
        "warm": {
            key: {"call": times(0.0001 * (1 + row[2] / 2), 500)} for key, row in servers.items()
        },
        "first_byte": {key: times(0.0002 * (1 + RATIOS[key][2]), 100) for key in streaming},
        "event_delay": {
            key: times(0.0001 * (1 + RATIOS[key][2] / 3), 1000) for key in streaming
        },
        "throughput": {key: 5000 / (1 + row[2]) for key, row in servers.items()},
        "meter": dict.fromkeys(servers, 0.00002),
        "memory": {
            key: {
                "after_1": int((12 + 3 * row[2]) * 2**20),
                "after_1000": int((13 + 3.2 * row[2]) * 2**20),
            }
            for key, row in RATIOS.items()
        },
        "files": {
            "interpreter": {"opened": 12, "cold_bytes_read": 6_160_000},
            "stock": {"opened": 75, "cold_bytes_read": 10_950_000},
            "firstbyte": {"opened": 31, "cold_bytes_read": 7_760_000},
        },
        "instructions": {"stock": 125_600_000, "firstbyte": 41_000_000},
        "faults": [
            {
                "key": "mangum",
                "question": "call",
                "round": 3,
                "whose": "candidate",
                "text": "it ended with 1 before it answered",
            }
        ],
    }
