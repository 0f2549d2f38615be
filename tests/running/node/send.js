// Sends a trace and a log line inside of it, as any program with these packages does.
import { SeverityNumber } from "@opentelemetry/api-logs";
import { context, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const resource = resourceFromAttributes({
  "service.name": "checkout",
  "service.version": "9",
  "deployment.environment.name": "staging",
});
const traces = new BasicTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
const logs = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});
const span = traces.getTracer("shop").startSpan("POST /pay");
logs.getLogger("shop").emit({
  severityNumber: SeverityNumber.WARN,
  body: "card refused",
  attributes: { order: 7 },
  context: trace.setSpan(context.active(), span),
});
span.end();
await Promise.all([traces.forceFlush(), logs.forceFlush()]);
await Promise.all([traces.shutdown(), logs.shutdown()]);
console.log(span.spanContext().traceId);
