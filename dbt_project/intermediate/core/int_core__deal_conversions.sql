with deals as (

    select * from {{ ref('canonical_deals') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by customer_key, is_won
            order by closed_at nulls last, deal_id
        ) as deal_no
    from deals

),

conversions as (

    select
        source_system, {{ dbt.concat(["'opportunity:'", 'deal_id']) }} as conversion_id,
        'opportunity' as conversion_type, person_key, company_key, deal_key, created_at as converted_at, amount,
        currency, cast(null as boolean) as is_new_customer
    from numbered
    where created_at is not null
    union all
    select
        source_system, {{ dbt.concat(["'won:'", 'deal_id']) }} as conversion_id,
        'won' as conversion_type, person_key, company_key, deal_key, closed_at as converted_at, amount, currency,
        case when customer_key is not null then deal_type = 'new' and deal_no = 1 end as is_new_customer
    from numbered
    where is_won and closed_at is not null

),

dated as (

    select
        *,
        {{ reporting_day('converted_at') }} as rate_date
    from conversions

),

priced as (

    select
        dated.source_system,
        dated.conversion_id,
        dated.conversion_type,
        dated.person_key,
        dated.company_key,
        dated.deal_key,
        dated.converted_at,
        dated.amount as value,
        case when dated.amount is not null then dated.currency end as currency,
        {{ to_reporting('dated.amount', 'dated.currency', 'dated.rate_date') }} as value_reporting,
        dated.is_new_customer
    from dated
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'dated.currency', 'dated.rate_date') }}

)

select * from priced
