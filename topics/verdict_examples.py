"""Example verdicts, as they stand on the wire: a removal with evidence, and an error."""

_VERSIONS: dict[str, object] = {
    "worker": "0.1.0",
    "engines": {"safeguard": "safeguard@1+0123456789ab"},
    "policy_set": "1f" * 32,
    "sampling": "1fps/240",
    "decoder": "pyav 18.1.0",
    "hashlists": {"terror": "0123456789ab"},
}

_REMOVED: dict[str, object] = {
    "verdict_id": "ab" * 32,
    "occasion": "upload:uploads/3/42",
    "judgement_id": "cd" * 32,
    "sequence": 1795599000000,
    "video_id": "v-20261125-0001",
    "decided_at": "2026-11-25T09:30:04Z",
    "action": "remove",
    "content": {
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "duration_seconds": 12.0,
        "container": "mov,mp4,m4a,3gp,3g2,mj2",
        "codecs": ["h264", "aac"],
        "width": 1280,
        "height": 720,
    },
    "actions": [{"action": "remove", "policy_id": "weapons"}],
    "policies": [
        {
            "policy_id": "weapons",
            "version": 1,
            "mode": "live",
            "result": "violates",
            "score": 0.97,
            "threshold": 0.9,
            "action": "remove",
            "segments": [
                {
                    "start_seconds": 4.0,
                    "end_seconds": 7.5,
                    "peak_score": 0.99,
                    "evidence": [
                        {
                            "pts_seconds": 5.0,
                            "sha256": "ef" * 32,
                            "uri": "s3://evidence/ef/efef.jpg",
                        }
                    ],
                }
            ],
            "rationale": "street : 1 gun ; gun except museum bad",
        }
    ],
    "deepfake": {"result": "not_applicable", "reason": "no_engine"},
    "provenance": {
        "state": "valid",
        "generator": "Example Video 2",
        "source_types": ["trainedAlgorithmicMedia"],
    },
    "coverage": {
        "frames_expected": 12,
        "frames_scored": 9,
        "frames_duplicate": 3,
        "duplicate_distance": 6,
        "audio_seconds": 12.0,
    },
    "versions": _VERSIONS,
    "timing_seconds": {"queued": 0.1, "fetch": 0.2, "decode": 0.4, "judge": 1.1, "total": 1.9},
    "score_table_uri": "s3://evidence/scores/cd/cdcd.parquet",
}

_UNREADABLE: dict[str, object] = {
    "verdict_id": "12" * 32,
    "occasion": "upload:uploads/0/7",
    "judgement_id": "34" * 32,
    "sequence": 1795599060000,
    "video_id": "v-20261125-0002",
    "decided_at": "2026-11-25T09:31:00Z",
    "action": "error",
    "reasons": ["unreadable"],
    "versions": _VERSIONS,
    "timing_seconds": {"queued": 0.1, "fetch": 0.0, "decode": 0.0, "judge": 0.0, "total": 0.1},
    "error": {
        "class": "content",
        "reason": "unreadable",
        "message": "file:///srv/0002.webm: no stream could be opened",
        "retryable": False,
    },
}

VERDICTS = (_REMOVED, _UNREADABLE)
