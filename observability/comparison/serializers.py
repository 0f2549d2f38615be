"""How a comparison looks over the API, and in evidence that was kept."""

from __future__ import annotations

from rest_framework import serializers

from observability.comparison.judging import Fate, Verdict

VERDICTS = [one.value for one in Verdict]


class BothOut(serializers.Serializer):
    before = serializers.IntegerField(allow_null=True)
    after = serializers.IntegerField(allow_null=True)


class SureOut(serializers.Serializer):
    """`probability` that chance alone makes such a difference or a greater one.

    Of operations: that it makes it of any of them, which is times the number of all tests.
    """

    probability = serializers.FloatField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    confidence = serializers.CharField()


class FailedOut(SureOut):
    """How many of how many failed; by Fisher's exact test."""

    bad_before = serializers.IntegerField()
    before = serializers.IntegerField()
    bad_after = serializers.IntegerField()
    after = serializers.IntegerField()


class TookOut(SureOut):
    """Seconds; null where nothing was measured. By the test of Mann and Whitney."""

    p50_before = serializers.FloatField(allow_null=True)
    p95_before = serializers.FloatField(allow_null=True)
    p50_after = serializers.FloatField(allow_null=True)
    p95_after = serializers.FloatField(allow_null=True)


class MeasuredOut(serializers.Serializer):
    name = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    failed = FailedOut()
    took = TookOut()


class TemplateOut(serializers.Serializer):
    """Lines of one pattern; rates are of one run, or of 1,000 requests or lines: see `rates_of`."""

    pattern = serializers.UUIDField()
    words = serializers.CharField()
    severity = serializers.IntegerField(help_text="The least of its level, as OpenTelemetry's.")
    fate = serializers.ChoiceField(choices=[one.value for one in Fate])
    is_first = serializers.BooleanField(help_text="Never said before the switch.")
    is_sure = serializers.BooleanField(help_text="More than chance makes among so many.")
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    rate_before = serializers.FloatField()
    rate_after = serializers.FloatField()
    probability = serializers.FloatField()


class ExampleOut(serializers.Serializer):
    why = serializers.CharField()
    trace_id = serializers.CharField()
    run = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    seconds = serializers.FloatField(allow_null=True)
    at = serializers.DateTimeField()


class ComparisonOut(serializers.Serializer):
    """A deployment beside what served before it, over equal times on both sides of its switch.

    Without data a value is null, never zero. `templates` are for who may read the lines.
    """

    component = serializers.CharField()
    environment = serializers.CharField()
    release = serializers.CharField()
    release_before = serializers.CharField(allow_null=True)
    verdict = serializers.ChoiceField(choices=VERDICTS)
    sentence = serializers.CharField()
    since = serializers.DateTimeField()
    switched_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    seconds = serializers.FloatField(help_text="Of each of the two times.")
    is_open = serializers.BooleanField(help_text="Time still adds to it.")
    is_cut = serializers.BooleanField(help_text="Only what is nearest to the switch was read.")
    observed = BothOut(help_text="Runs, else requests, else lines.")
    runs = MeasuredOut(allow_null=True)
    running = serializers.IntegerField(help_text="Runs since the switch that have not ended.")
    running_long = serializers.IntegerField(
        help_text="Those of them that take longer already than 95 of 100 did before."
    )
    deliveries = FailedOut(allow_null=True)
    rows_delivered = BothOut()
    operations = MeasuredOut(many=True)
    lines = BothOut()
    rates_of = serializers.CharField()
    templates = TemplateOut(many=True)
    examples = ExampleOut(many=True)
    may_read_lines = serializers.BooleanField()
