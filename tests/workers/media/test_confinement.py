"""What is in force is said in words, and what is missing in capitals."""

from workers.media.confinement import Confinement, refusal


def test_the_words_name_what_is_in_force_and_what_is_missing() -> None:
    whole = Confinement(filtered=True, landlock=7)
    loose = Confinement(filtered=True, landlock=0, stat=True)
    assert str(whole) == "seccomp allow-list, Landlock ABI 7"
    assert str(loose) == "seccomp allow-list, no Landlock, files can be looked at by name"


def test_a_refusal_says_what_was_met_and_both_ways_out() -> None:
    told = refusal(Confinement(filtered=False, fault="EINVAL: prctl(22)"))
    assert "EINVAL: prctl(22)" in told
    assert "CONFIG_SECCOMP_FILTER" in told
    assert "REELGUARD_UNSANDBOXED=1" in told
