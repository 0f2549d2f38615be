// What DuckDB knows, as far as one SELECT can use it; a test holds these words against the engine.
export const keywords = `
  all and anti any as asc asof at between by case collate cross cube current desc distinct else end
  except exclude exists filter first following from full glob group groups having ignore ilike
  in inner intersect is isnull join lateral left like limit lambda natural not notnull nulls
  offset on or order ordinality outer over partition percent pivot positional preceding qualify
  range recursive replace respect right rollup row rows sample select semi sets similar some
  tablesample then ties to unbounded union unpivot using values when where window with within
`;

export const types = `
  bigint blob bool boolean date decimal double enum float hugeint int integer interval json map numeric
  real smallint struct text time timestamp timestamptz tinyint ubigint uhugeint uinteger
  usmallint utinyint uuid varchar
`;

const aggregates = `
  any_value approx_count_distinct approx_quantile arg_max arg_min array_agg avg bit_and bit_or bit_xor
  bool_and bool_or corr count count_if covar_pop covar_samp entropy favg fsum geomean histogram
  kurtosis list mad max max_by median min min_by mode product quantile quantile_cont
  quantile_disc regr_slope skewness stddev stddev_pop stddev_samp string_agg sum var_pop var_samp
  variance
`;

const overRows = `
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
`;

const ofTimes = `
  age century current_date date_diff date_part date_sub date_trunc day dayname dayofmonth dayofweek
  dayofyear decade epoch epoch_ms hour isodow isoyear last_day make_date make_timestamp minute month
  monthname quarter second strftime strptime time_bucket to_days to_hours to_minutes to_months
  to_seconds to_timestamp to_weeks to_years try_strptime week weekday year yearweek
`;

const ofTexts = `
  ascii base64 chr concat concat_ws contains ends_with format from_base64 hash instr jaccard
  jaro_winkler_similarity length levenshtein lower lpad ltrim md5 parse_filename printf regexp_extract
  regexp_extract_all regexp_full_match regexp_matches regexp_replace repeat reverse rpad rtrim sha256
  split_part starts_with string_split strip_accents strlen strpos substring translate trim unicode
  upper url_decode url_encode
`;

const ofNumbers = `
  abs acos asin atan atan2 cbrt ceil cos degrees even exp factorial floor fmod gcd greatest isfinite
  isinf isnan lcm least ln log log10 log2 pi pow radians round sign sin sqrt tan to_base to_hex trunc
`;

const ofTheRest = `
  cardinality coalesce element_at flatten from_json generate_series if json_array_length
  json_extract json_extract_string json_keys json_object json_type list_aggregate list_concat
  list_contains list_distinct list_filter list_position list_reduce list_slice list_sort list_sum
  list_transform map_entries map_keys map_values nullif struct_extract struct_pack to_json typeof
  unnest
`;

const listed = (...texts) => texts.join(" ").trim().split(/\s+/);

export const functions = listed(aggregates, overRows, ofTimes, ofTexts, ofNumbers, ofTheRest);
