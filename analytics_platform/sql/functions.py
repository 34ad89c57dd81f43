"""The functions that a statement may call. An allow-list: what is not named here is refused, whatever it does.

`TYPED` are sqlglot's own classes; they mean the same in every dialect. The rest are names, for functions that sqlglot does not know in
that dialect. Left out on purpose: anything that reads files, the network, settings, the session or the catalog, waits, locks, runs SQL given as
text, or gives away who the server is.
"""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written as text."""
    return tuple(text.split())


_NUMBERS = """
    Abs Acos Acosh Asin Asinh Atan Atan2 Atanh BitwiseCount Cbrt Ceil Cos Cosh Cot Degrees Exp Factorial Floor Greatest IsInf IsNan Least Ln Log
    Pi Pow Radians Rand Randn Round Sign Sin Sinh Sqrt Tan Tanh Trunc WidthBucket SafeDivide
"""
_TEXT = """
    Ascii BitLength ByteLength Chr Concat ConcatWs Contains Elt EndsWith Format FromBase64 Hex Initcap JarowinklerSimilarity Left Length
    Levenshtein Lower LowerHex MD5 NumberToStr Overlay Pad RegexpCount RegexpExtract RegexpExtractAll RegexpFullMatch RegexpILike RegexpInstr
    RegexpLike RegexpReplace RegexpSplit RegexpSubstr Repeat Replace Reverse Right SHA SHA2 Soundex Space Split SplitPart StartsWith StrPosition StringToArray
    Substring SubstringIndex ToBase64 ToChar ToNumber Translate Trim Unhex Unicode Upper Uuid ConvertToCharset Encode Decode Normalize MatchAgainst
"""
_TIME = """
    AddMonths ConvertTimezone CurrentDate CurrentDatetime CurrentTime CurrentTimestamp CurrentTimestampLTZ CurrentTimezone Date DateAdd DateBin
    DateDiff DateFromParts DateStrToDate DateSub DateToDateStr DateTrunc Datetime DatetimeAdd DatetimeDiff DatetimeSub DatetimeTrunc Day DayOfMonth
    DayOfWeek DayOfWeekIso DayOfYear Dayname Extract FromISO8601Timestamp Hour JustifyDays JustifyHours JustifyInterval LastDay Localtime
    Localtimestamp MakeInterval Minute Month Monthname MonthsBetween Quarter Second StrToDate StrToTime StrToUnix Systimestamp Time TimeAdd TimeDiff
    TimeFromParts TimeStrToDate TimeStrToTime TimeStrToUnix TimeSub TimeToStr TimeToTimeStr TimeToUnix TimeTrunc Timestamp TimestampAdd
    TimestampDiff TimestampFromParts TimestampSub TimestampTrunc TimestampTzFromParts ToDays TsOrDiToDi TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToDateStr
    TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp UnixDate UnixMicros UnixMillis UnixSeconds UnixToStr UnixToTime UnixToTimeStr UtcDate UtcTime
    UtcTimestamp Week WeekOfYear WeekStart Year YearOfWeek YearOfWeekIso
"""
_LOGIC = "And Or Xor Case Cast TryCast CastToStrType Coalesce Collate Convert EqualNull Exists If IsNullValue Nullif Nvl2 Typeof Columns"
_AGGREGATES = """
    AnyValue ApproxDistinct ApproxQuantile ApproxTopK ArgMax ArgMin ArrayAgg ArrayConcatAgg ArrayUniqueAgg Avg BitwiseAndAgg BitwiseOrAgg BitwiseXorAgg Corr Count
    CountIf CovarPop CovarSamp First GroupConcat Grouping GroupingId Kurtosis Last LogicalAnd LogicalOr Max Median Min Mode PercentileCont PercentileDisc
    Quantile RegrAvgx RegrAvgy RegrCount RegrIntercept RegrR2 RegrSlope RegrSxx RegrSxy RegrSyy Skewness Stddev StddevPop StddevSamp Sum Variance VariancePop
    JSONArrayAgg JSONObjectAgg JSONBObjectAgg ObjectAgg
"""
_WINDOWS = "CumeDist DenseRank FirstValue Lag LastValue Lead NthValue Ntile PercentRank Rank RowNumber"
_NESTED = """
    Array ArrayAll ArrayAny ArrayAppend ArrayConcat ArrayContainedBy ArrayContains ArrayContainsAll ArrayDistinct ArrayExcept ArrayFilter ArrayFirst
    ArrayIntersect ArrayLast ArrayMax ArrayMin ArrayOverlaps ArrayPosition ArrayPrepend ArrayRemove ArrayReverse ArraySize ArraySlice ArraySort
    ArraySum ArrayToString Explode ExplodingGenerateSeries Flatten GenerateDateArray GenerateSeries GenerateTimestampArray JSONArray JSONArrayAppend
    JSONArrayContains JSONArrayInsert JSONBContains JSONBContainsAllTopKeys JSONBContainsAnyTopKeys JSONBContainsTopKey JSONBDeleteAtPath JSONBExists JSONBExtract
    JSONBExtractScalar JSONBPathExists JSONExists JSONExtract JSONExtractArray JSONExtractScalar JSONFormat JSONKeys JSONObject JSONRemove JSONSet
    JSONStripNulls JSONTable JSONType JSONValueArray List Map MapContainsKey MapFromEntries MapKeys MapSize ParseJSON Posexplode Reduce Struct StructExtract ToArray
    ToMap Transform Unnest
"""

TYPED: frozenset[type[exp.Expr]] = frozenset(
    getattr(exp, name) for name in words(" ".join([_NUMBERS, _TEXT, _TIME, _LOGIC, _AGGREGATES, _WINDOWS, _NESTED]))
)

_AGGREGATES_BY_NAME = """
    array_agg bit_and bit_or bit_xor bool_and bool_or every group_concat json_agg json_arrayagg json_group_array json_group_object json_object_agg
    json_objectagg jsonb_agg jsonb_object_agg list std string_agg total
"""

AGGREGATES: frozenset[str] = frozenset(
    [
        *words(_AGGREGATES_BY_NAME),
        *(name.lower() for word in words(_AGGREGATES) for name in getattr(exp, word).sql_names()),
    ]
)
"""Functions that make one row of many, by name."""

_COMMON = """
    abs avg ceiling char char_length character_length coalesce concat concat_ws count date exp floor greatest instr json_array json_object least
    left length ln log log10 log2 lower lpad ltrim max min mod now nullif pi power random replace reverse right round rpad rtrim sign sqrt
    substr substring sum time trim trunc upper
"""
_POSTGRES = """
    all any current_time current_timestamp difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal localtime localtimestamp metaphone some
    soundex
    acos acosd acosh age any_value area array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims
    array_position array_positions array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort
    array_to_json array_to_string array_upper ascii asin asind asinh atan atan2 atan2d atand atanh bit_and bit_count bit_length bit_or
    bit_xor bool bool_and bool_or broadcast btrim cardinality cbrt ceil center chr circle clock_timestamp convert_from convert_to corr cos
    cosd cosh cot cotd covar_pop covar_samp crc32 crc32c cume_dist date_add date_bin date_part date_subtract date_trunc daterange decode
    degrees dense_rank diameter div encode erf erfc every extract factorial family first_value format gamma gcd gen_random_uuid
    generate_series generate_subscripts get_bit get_byte grouping height host hostmask inet_same_family initcap int4range int8range
    is_normalized isempty isfinite json_agg json_array_elements json_array_elements_text json_array_length json_build_array
    json_build_object json_each json_each_text json_exists json_extract_path json_extract_path_text json_object_agg json_object_keys
    json_query json_scalar json_serialize json_strip_nulls json_to_record json_to_recordset json_typeof json_value jsonb_agg
    jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_contained jsonb_contains
    jsonb_delete_path jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text
    jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_query
    jsonb_path_query_array jsonb_path_query_first jsonb_path_query_tz jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
    jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead lower_inc lower_inf
    make_date make_interval make_time make_timestamp make_timestamptz masklen md5 min_scale mode netmask network normalize nth_value ntile
    num_nonnulls num_nulls numnode numrange octet_length overlay percent_rank percentile_cont percentile_disc phraseto_tsquery
    plainto_tsquery point position pow quote_ident quote_literal quote_nullable radians radius range_agg range_intersect_agg range_merge
    rank regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
    regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat row row_number
    row_to_json scale set_bit set_byte setweight sha224 sha256 sha384 sha512 similarity sin sind sinh split_part starts_with
    statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strip strpos tan tand tanh timeofday
    timezone to_ascii to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector transaction_timestamp translate
    trim_array trim_scale ts_delete ts_filter ts_headline ts_rank ts_rank_cd tsrange tstzrange tsvector_to_array unaccent unistr unnest
    upper_inc upper_inf uuidv4 uuidv7 var_pop var_samp variance websearch_to_tsquery width width_bucket word_similarity
"""
_MYSQL = """
    bin_to_uuid is_uuid repeat json_schema_valid uuid_to_bin
    acos adddate addtime any_value ascii asin atan atan2 bin bit_and bit_count bit_length bit_or bit_xor ceil chr conv convert convert_tz
    cos cot crc32 crc32c cume_dist curdate current_date current_time current_timestamp curtime date_add date_format date_sub datediff day
    dayname dayofmonth dayofweek dayofyear degrees dense_rank elt export_set extract field find_in_set first_value format from_base64
    from_days from_unixtime get_format group_concat grouping hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert is_ipv4
    is_ipv4_compat is_ipv4_mapped is_ipv6 isnull json_array_append json_array_insert json_array_intersect json_arrayagg json_compact
    json_contains json_contains_path json_depth json_detailed json_equals json_exists json_extract json_insert json_keys json_length
    json_loose json_merge_patch json_merge_preserve json_normalize json_objectagg json_overlaps json_pretty json_query json_quote
    json_remove json_replace json_search json_set json_storage_size json_type json_unquote json_valid json_value lag last_day last_value
    lcase lead lengthb localtime localtimestamp locate make_set makedate maketime md5 median microsecond mid minute month monthname
    natural_sort_key nth_value ntile nvl nvl2 oct octet_length ord percent_rank percentile_cont percentile_disc period_add period_diff
    position pow quarter quote radians rand rank regexp_instr regexp_like regexp_replace regexp_substr row_number sec_to_time second sha
    sha1 sha2 sin soundex space std stddev stddev_pop stddev_samp str_to_date strcmp subdate substring_index subtime sysdate tan
    time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_char to_days to_seconds truncate ucase
    uncompressed_length unhex unix_timestamp utc_date utc_time utc_timestamp uuid var_pop var_samp variance week weekday weekofyear year
    yearweek
"""
_SQLITE = """
    acos acosh asin asinh atan atan2 atanh ceil cos cosh cume_dist datetime degrees dense_rank first_value format generate_series glob
    group_concat hex if ifnull iif json json_array_length json_each json_error_position json_extract json_group_array json_group_object
    json_insert json_patch json_pretty json_quote json_remove json_replace json_set json_tree json_type json_valid jsonb jsonb_array
    jsonb_extract jsonb_group_array jsonb_group_object jsonb_object julianday lag last_value lead like likelihood likely median nth_value
    ntile octet_length percent_rank percentile percentile_cont percentile_disc pow printf quote radians rank row_number sin sinh soundex
    strftime string_agg tan tanh timediff total typeof unhex unicode unixepoch unlikely
"""
_DUCKDB = """
    all any current_time get_current_time ifnull isnull localtime localtimestamp some
    acos acosh add age aggregate any_value apply approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min
    arg_min_null argmax argmin array_agg array_aggregate array_any_value array_append array_apply array_cat array_concat array_contains
    array_cosine_distance array_cosine_similarity array_cross_product array_distance array_distinct array_dot_product array_extract
    array_filter array_first array_grade_up array_has array_has_all array_has_any array_indexof array_inner_product array_intersect
    array_last array_length array_pop_back array_pop_front array_position array_prepend array_push_back array_push_front array_reduce
    array_resize array_reverse array_reverse_sort array_select array_slice array_sort array_sum array_to_json array_to_string
    array_transform array_unique array_value array_where array_zip ascii asin asinh atan atan2 atanh bar base64 bin bit_and bit_count
    bit_length bit_or bit_position bit_xor bitstring bitstring_agg bool_and bool_or cardinality cbrt ceil century chr combine contains corr
    cos cosh cot count_if count_star countif covar_pop covar_samp cume_dist current_date current_localtime current_localtimestamp
    current_timestamp damerau_levenshtein date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
    dayofmonth dayofweek dayofyear days_in_month decade decode degrees dense_rank divide editdist3 element_at encode ends_with entropy
    enum_code enum_first enum_last enum_range epoch epoch_ms epoch_ns epoch_us equi_width_bins era even factorial favg fdiv filter finalize
    first first_value flatten fmod format format_bytes formatreadabledecimalsize formatreadablesize from_base64 from_binary from_hex
    from_json from_json_strict fsum gamma gcd gen_random_uuid generate_series generate_subscripts geomean geometric_mean get_bit
    get_current_timestamp grade_up greatest_common_divisor group_concat grouping grouping_id hamming hash hex histogram histogram_exact
    histogram_values hour if ilike_escape isfinite isinf isnan isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json
    json_array_insert json_array_length json_contains json_deep_merge json_each json_exists json_extract json_extract_path
    json_extract_path_text json_extract_string json_group_array json_group_object json_group_structure json_insert json_keys
    json_merge_patch json_pretty json_quote json_remove json_replace json_set json_strip_nulls json_structure json_transform
    json_transform_strict json_tree json_type json_valid json_value julian kahan_sum kurtosis kurtosis_pop lag last last_day last_value
    lcase lcm lead least_common_multiple left_grapheme len length_grapheme levenshtein lgamma like_escape list list_aggr list_aggregate
    list_any_value list_append list_apply list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and
    list_bool_or list_cat list_concat list_contains list_cosine_distance list_cosine_similarity list_count list_distance list_distinct
    list_dot_product list_element list_entropy list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any
    list_histogram list_indexof list_inner_product list_intersect list_kurtosis list_last list_mad list_max list_median list_min list_mode
    list_pack list_position list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_sem
    list_skewness list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value
    list_var_pop list_var_samp list_where list_zip listagg lttb mad make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns
    make_timestamptz map map_concat map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value
    map_from_entries map_keys map_values max_by md5 md5_number mean median microsecond millennium millisecond min_by minute mismatches mode
    month monthname multiply nanosecond nextafter nfc_normalize nth_value ntile octet_length ord overlay parse_dirname parse_dirpath
    parse_filename parse_path percent_rank percentile_cont percentile_disc pg_typeof position pow prefix printf product quantile
    quantile_cont quantile_disc quarter radians range rank reduce regexp_count regexp_escape regexp_extract regexp_extract_all
    regexp_full_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat reservoir_quantile right_grapheme round_even roundbankers row
    row_number row_to_json second sem set_bit sha1 sha256 signbit sin sinh skewness split split_part starts_with stddev stddev_pop
    stddev_samp str_split str_split_regex strftime string_agg string_split string_split_regex string_to_array strip_accents strlen strpos
    strptime struct_concat struct_contains struct_extract struct_extract_at struct_has struct_insert struct_keys struct_pack
    struct_position struct_update struct_values substring_grapheme subtract suffix sum_no_overflow sumkahan tan tanh time_bucket timezone
    timezone_hour timezone_minute to_base to_base64 to_binary to_centuries to_char to_days to_decades to_hex to_hours to_json
    to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today
    transaction_timestamp translate try_strptime typeof ucase unbin unhex unicode union_extract union_tag union_value unnest unpivot_list
    url_decode url_encode uuid uuidv4 uuidv7 var_pop var_samp variance wavg week weekday weekofyear weighted_avg xor year yearweek
"""


def _names(text: str) -> frozenset[str]:
    return frozenset(words(_COMMON + text))


NAMED: dict[Dialect, frozenset[str]] = {
    "postgres": _names(_POSTGRES),
    "mysql": _names(_MYSQL),
    "sqlite": _names(_SQLITE),
    "duckdb": _names(_DUCKDB),
}

VOLATILE_TYPED: frozenset[type[exp.Expr]] = frozenset(
    getattr(exp, name)
    for name in words("""
        CurrentDate CurrentDatetime CurrentTime CurrentTimestamp CurrentTimestampLTZ CurrentTimezone Localtime Localtimestamp Rand Randn Systimestamp
        TableSample UtcDate UtcTime UtcTimestamp Uuid
    """)
)
"""Nodes whose value differs from one run to the next."""

VOLATILE_NAMED: frozenset[str] = frozenset(
    words("""
    array_sample array_shuffle clock_timestamp curdate current_date current_localtime current_localtimestamp current_time current_timestamp curtime
    gen_random_uuid get_current_time get_current_timestamp localtime localtimestamp now rand random statement_timestamp sysdate timeofday today transaction_timestamp
    utc_date utc_time utc_timestamp uuid uuidv4 uuidv7
    """)
)

CLOCK_WITHOUT_ARGUMENTS: frozenset[str] = frozenset(
    ["date", "datetime", "time", "julianday", "unixepoch", "unix_timestamp", "strftime", "age"]
)
"""Functions that read the clock when the moment is left out."""
