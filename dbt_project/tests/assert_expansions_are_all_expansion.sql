-- Fails if a month's expansions of subscriptions don't sum to the expansion of fct_mrr_movements (but for the rounding of shares), or
-- those of deals to what expansion deals won.
with expansions as (

    select * from {{ ref('fct_expansions') }}

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}
    where movement = 'expansion'

),

deals as (

    select * from {{ ref('fct_deals') }}
    where is_won and deal_type = 'expansion'

),

both_sides as (

    select source, period_month, amount_reporting, 0 as expected, 0 as parts
    from expansions
    where source in ('subscription', 'deal')
    union all
    select 'subscription' as source, period_month, 0 as amount_reporting, amount_reporting as expected, 3 as parts
    from movements
    union all
    select 'deal' as source, {{ reporting_month('closed_at') }} as period_month, 0 as amount_reporting, amount_reporting as expected, 0 as parts
    from deals

),

broken as (

    select
        source,
        period_month,
        sum(amount_reporting) as amount_reporting,
        sum(expected) as expected
    from both_sides
    group by source, period_month
    having abs(coalesce(sum(amount_reporting), 0) - coalesce(sum(expected), 0)) > 0.000001 * sum(parts)

)

select * from broken
