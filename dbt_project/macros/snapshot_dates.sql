{#- The days on which those are looked at whose outcome within so many days is to be predicted: as_of itself, and the starts of
    the 24 months before whose outcome is known. The split is the start of the month two horizons before as_of: training days have
    their outcome by then, evaluation begins there. -#}
{%- macro snapshot_dates(horizon_days) -%}
with as_of as (

    select
        as_of,
        as_of_date,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as month_of_as_of,
        cast({{ dbt.date_trunc('month', dbt.dateadd('day', -2 * horizon_days, 'as_of_date')) }} as date) as split_date
    from {{ ref('canonical_as_of') }}

),

month_starts as (

    {%- for months in range(25) %}
    select cast({{ dbt.dateadd('month', -months, 'month_of_as_of') }} as date) as snapshot_date from as_of
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

snapshot_dates as (

    select snapshot_date from month_starts
    union
    select as_of_date as snapshot_date from as_of

),

with_outcome as (

    select
        snapshot_dates.snapshot_date,
        cast(snapshot_dates.snapshot_date as {{ dbt.type_timestamp() }}) as snapshot_at,
        cast({{ dbt.dateadd('day', horizon_days, 'snapshot_dates.snapshot_date') }} as date) as outcome_date,
        as_of.as_of_date,
        as_of.split_date
    from snapshot_dates
    cross join as_of

),

flagged as (

    select
        snapshot_date,
        snapshot_at,
        cast(outcome_date as {{ dbt.type_timestamp() }}) as outcome_until,
        snapshot_date = as_of_date as is_current,
        outcome_date <= as_of_date as has_outcome,
        outcome_date <= split_date as is_training,
        snapshot_date >= split_date and outcome_date <= as_of_date as is_evaluation
    from with_outcome
    where snapshot_date = as_of_date or outcome_date <= as_of_date

)

select * from flagged
{%- endmacro -%}
