with terms as (

    select * from {{ ref('int_value__terms') }}

),

longest as (

    select max(term) as last_term
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
        term,
        count(*) as customers
    from terms
    where is_churned
    group by term

),

-- Who hasn't renewed once says nothing of renewals.
censored as (

    select
        renewals as term,
        count(*) as customers
    from terms
    where not is_churned
    group by renewals

),

counted as (

    select
        cast(0 as bigint) as fit_no,
        cast(listed.term as bigint) as term,
        cast(coalesce(churned.customers, 0) as bigint) as churned,
        cast(coalesce(censored.customers, 0) as bigint) as censored,
        power(1 + cast({{ var('value_discount_rate') }} as double), cast(1 as double) / 12) - 1 as discount
    from listed
    inner join longest
        on listed.term <= longest.last_term
    left join churned
        on listed.term = churned.term
    left join censored
        on listed.term = censored.term
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
