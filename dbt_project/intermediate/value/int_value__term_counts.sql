with terms as (

    select * from {{ ref('int_value__terms') }}

),

-- Both fits tell as many months, so that the one knows what it expected of those that it didn't see.
fits as (

    select distinct
        fit_no,
        max(greatest(term, months_passed)) over () as last_term
    from terms

),

listed as (

    select units.digit + 10 * tens.digit + 100 * hundreds.digit as term
    from ({{ digits() }}) as units
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as hundreds

),

churned as (

    select
        fit_no,
        term,
        count(*) as customers
    from terms
    where is_churned
    group by fit_no, term

),

-- Who hasn't renewed once says nothing of renewals.
censored as (

    select
        fit_no,
        renewals as term,
        count(*) as customers
    from terms
    where not is_churned
    group by fit_no, renewals

),

counted as (

    select
        fits.fit_no,
        cast(listed.term as bigint) as term,
        cast(coalesce(churned.customers, 0) as bigint) as churned,
        cast(coalesce(censored.customers, 0) as bigint) as censored,
        power(1 + cast({{ var('value_discount_rate') }} as double), cast(1 as double) / 12) - 1 as discount
    from fits
    inner join listed
        on fits.last_term >= listed.term
    left join churned
        on fits.fit_no = churned.fit_no
        and listed.term = churned.term
    left join censored
        on fits.fit_no = censored.fit_no
        and listed.term = censored.term
    where listed.term > 0

),

checksums as (

    select
        fit_no,
        {{ rows_checksum(['term', 'churned', 'censored', 'discount']) }} as checksum
    from counted
    group by fit_no

),

term_counts as (

    select
        counted.*,
        checksums.checksum
    from counted
    inner join checksums
        on counted.fit_no = checksums.fit_no

)

select * from term_counts
