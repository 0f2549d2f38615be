-- The second database of the tests: tables of many types, names and sizes.
CREATE TABLE airlines (carrier text PRIMARY KEY, name text NOT NULL, founded int);
INSERT INTO airlines SELECT 'C' || i, 'Carrier ' || i, 1920 + i FROM generate_series(0, 6) i;
CREATE VIEW young_airlines AS SELECT carrier, name FROM airlines WHERE founded > 1923;
CREATE TABLE many AS SELECT i, repeat('x', 80) AS filler FROM generate_series(1, 60000) i;
CREATE TABLE nobodys (id int);
CREATE SCHEMA "Odd ""Names";
CREATE TABLE "Odd ""Names"."a.b; DROP TABLE airlines" ("select" int, "Ünï ""q""" text);
INSERT INTO "Odd ""Names"."a.b; DROP TABLE airlines" VALUES (1, 'one');
CREATE TYPE mood AS ENUM ('calm', 'rough');
CREATE DOMAIN cents AS numeric(12, 2);
CREATE DOMAIN fares AS cents;
CREATE TABLE kinds (
  b bool, i2 int2, i8 int8, f4 float4, f8 float8, n numeric, n2 numeric(10, 3), fare fares,
  d date, t time, ts timestamp, tz timestamptz, iv interval, u uuid, tx text, ch char(5), js jsonb,
  by bytea, e mood, ints int[], texts text[], nums numeric(8, 2)[], wide numeric(50, 20),
  hundreds numeric(3, -2), ip inet
);
INSERT INTO kinds VALUES (
  true, -32768, 9223372036854775807, 1.5, 'NaN', 1.0000000001, 1.234, 9.99,
  '2026-01-02', '23:59:59.999999', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05+02',
  '-1 year 3 days -04:05:06.5', '00000000-0000-0000-0000-000000000001', '', 'x', '{"a": [1, null]}',
  '\x00ff41', 'rough', '{1,NULL,3}', '{"a,b",NULL,"q\"x",""}', '{1.25,NULL}', 12345678901234567.5,
  12300, '10.0.0.1/8'
);
INSERT INTO kinds (tx) VALUES (E'two\nlines, and "quotes"\r\n\\.'), (NULL), ('\N');
CREATE TABLE lonely (word text);
INSERT INTO lonely VALUES (NULL), (''), ('a');
CREATE TABLE odd (id int, spot point, "Id" int);
CREATE TABLE fine (id int, rate numeric);
INSERT INTO fine VALUES (1, 0.12345678901);
CREATE TABLE endless (id int, n numeric(38, 0));
INSERT INTO endless VALUES (1, 'NaN');
