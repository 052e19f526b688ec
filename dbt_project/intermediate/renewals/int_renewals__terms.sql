{%- set never = "cast('9999-12-31' as " ~ dbt.type_timestamp() ~ ")" -%}

with contracts as (

    select * from {{ ref('int_renewals__contracts') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

numbers as (

    select 1 + units.digit + 10 * tens.digit + 100 * hundreds.digit as term_no
    from ({{ digits() }}) as units
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as hundreds

),

lengths as (

    select
        contracts.*,
        as_of.as_of,
        1 + {{ dbt.datediff('contracts.started_at', 'coalesce(contracts.ended_at, as_of.as_of)', 'month') }} as most_months
    from contracts
    cross join as_of

),

-- Each due moment is counted from the contract's first: what began on the 31st is due on the last day of shorter months and on
-- the 31st again.
dated as (

    select
        lengths.*,
        numbers.term_no,
        {{ dbt.dateadd('month', '(numbers.term_no - 1) * lengths.term_months', 'lengths.started_at') }} as term_started_at,
        {{ dbt.dateadd('month', 'numbers.term_no * lengths.term_months', 'lengths.started_at') }} as due_at
    from lengths
    inner join numbers
        on lengths.most_months >= numbers.term_no

),

terms as (

    select
        contract_key,
        customer_key,
        source_system,
        subscription_id,
        cast(term_no as integer) as term_no,
        term_months,
        term_started_at,
        due_at,
        ended_at as contract_ended_at,
        churn_type,
        case
            when due_at < ended_at or (ended_at is null and due_at <= as_of) then 'run on'
            when ended_at is null then 'open'
            else 'ended'
        end as fate
    from dated
    where term_started_at < coalesce(ended_at, {{ never }}) and term_started_at <= as_of

)

select * from terms
