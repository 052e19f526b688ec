with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

costs as (

    select * from {{ ref('stg_files__costs') }}

),

-- 'all' and 'unallocated' stand for no channel, as the marts' own rows of these names do.
months as (

    select
        cast({{ dbt.date_trunc('month', 'cost_month') }} as date) as cost_month,
        category,
        case
            when lower(trim(channel)) not in ('', 'all', 'unallocated') then lower(trim(channel))
        end as channel,
        amount,
        {{ currency_or_reporting('currency') }} as currency
    from costs

),

priced as (

    select
        'files' as source_system,
        months.cost_month,
        months.category,
        months.channel,
        months.amount,
        months.currency,
        {{ to_reporting('months.amount', 'months.currency', 'months.cost_month') }} as amount_reporting
    from months
    cross join as_of
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'months.currency', 'months.cost_month') }}
    where months.cost_month < as_of.as_of_date

)

select * from priced
