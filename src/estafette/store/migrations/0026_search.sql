-- Riders, places and drivers are found by what somebody types, with mistakes and in any script, without extensions: each
-- row keeps the trigrams of its words as numbers (docs/decisions/0048). Under row-level security an index on
-- them would not be used (its operators are not leakproof): a company's rows are looked through, which is milliseconds.

-- Without case and accents. Where the locale is C, `lower` knows ASCII alone: Greek and Cyrillic are spelled out.
CREATE FUNCTION searchable(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(replace(replace(translate(lower(regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]', '', 'g')),
        'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЇҐØŁĐÆŒøłđı',
        'αβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяєіїґoldæœoldi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');

-- Each three characters of each word, with two spaces before it and `ends` after it, as one number. A Chinese or
-- Japanese character is a word.
CREATE FUNCTION grams(said text, ends text) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(array_agg(DISTINCT (ascii(substr(w.padded, n, 1))::bigint << 42)
            | (ascii(substr(w.padded, n + 1, 1))::bigint << 21) | ascii(substr(w.padded, n + 2, 1))::bigint), '{}')
        FROM (SELECT '  ' || word || ends AS padded FROM regexp_split_to_table(
                regexp_replace(searchable(said), '([\u2e80-\u9fff])', ' \1 ', 'g'),
                '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f\u00a0\u2019]+') AS word WHERE word <> '') AS w,
            generate_series(1, length(w.padded) - 2) AS n);

-- Some seconds for 20,000 rows, once: these tables are small.
-- squawk-ignore adding-field-with-default
ALTER TABLE rider ADD COLUMN grams bigint[] GENERATED ALWAYS AS (grams(name || ' ' || ref, ' ')) STORED;
-- squawk-ignore adding-field-with-default
ALTER TABLE place ADD COLUMN grams bigint[] GENERATED ALWAYS AS (grams(name || ' ' || address || ' ' || ref, ' ')) STORED;
-- squawk-ignore adding-field-with-default
ALTER TABLE driver ADD COLUMN grams bigint[] GENERATED ALWAYS AS (grams(name || ' ' || ref, ' ')) STORED;
