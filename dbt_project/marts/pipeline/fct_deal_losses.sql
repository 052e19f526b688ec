with deals as (

    select * from {{ ref('fct_deals') }}
    where is_closed and not is_won

),

companies as (

    select * from {{ ref('dim_companies') }}

),

described as (

    select
        {{ reporting_month('deals.closed_at') }} as period_month,
        coalesce(deals.pipeline, 'unknown') as pipeline,
        coalesce(deals.last_open_stage, 'unknown') as last_open_stage,
        coalesce(nullif(trim(deals.lost_reason), ''), 'not recorded') as lost_reason,
        coalesce(companies.size_band, 'unknown') as size_band,
        deals.amount_reporting
    from deals
    left join companies on deals.company_key = companies.company_key

),

losses as (

    select
        period_month,
        pipeline,
        last_open_stage,
        lost_reason,
        size_band,
        count(*) as deals,
        cast(sum(amount_reporting) as decimal(24, 6)) as amount_reporting
    from described
    group by period_month, pipeline, last_open_stage, lost_reason, size_band
    order by period_month nulls first, pipeline, last_open_stage, lost_reason, size_band

)

select * from losses
