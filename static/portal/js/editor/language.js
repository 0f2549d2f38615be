// SQL as DuckDB reads it, near enough for colours and completion: PostgreSQL with more words.
import { PostgreSQL, SQLDialect, sql } from "@codemirror/lang-sql";
import { yaml } from "@codemirror/lang-yaml";

const MORE_WORDS =
  " qualify exclude replace pivot unpivot summarize describe asof positional semi anti sample ilike glob";
const MORE_TYPES =
  " hugeint utinyint usmallint uinteger ubigint tinyint double struct map list blob timestamptz";

export const duckdb = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: PostgreSQL.spec.keywords + MORE_WORDS,
  types: PostgreSQL.spec.types + MORE_TYPES,
  doubleDollarQuotedStrings: false,
  specialVar: "$",
});

// The inputs and their columns as lang-sql wants them: after `f.` it knows what f stands for.
export function language(kind, words) {
  if (kind === "yaml") return yaml();
  const schema = Object.fromEntries(
    Object.entries(words.inputs).map(([name, columns]) => [
      name,
      columns.map((column) => ({ label: column.name, type: "property", detail: column.type })),
    ]),
  );
  return sql({ dialect: duckdb, schema, upperCaseKeywords: true });
}
