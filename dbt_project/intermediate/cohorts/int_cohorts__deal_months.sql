with months as (

    select * from {{ ref('int_cohorts__months') }}

),

won_deals as (

    select
        customer_key,
        deal_type,
        amount_reporting,
        {{ reporting_month('closed_at') }} as won_month,
        {{ dbt.dateadd('month', var('deal_term_months'), 'closed_at') }} as term_ends_at
    from {{ ref('canonical_deals') }}
    where is_won and customer_key is not null

),

terms as (

    select
        customer_key,
        won_month,
        term_ends_at,
        {{ reporting_month('term_ends_at') }} as term_ends_month
    from won_deals
    where deal_type in ('new', 'renewal')

),

running_and_won as (

    -- term_ends_at is the first moment after the term: on the 1st of a month it doesn't reach the last moment of the month before.
    select
        terms.customer_key,
        months.period_month,
        1 as running_terms,
        0 as revenue_reporting
    from terms
    inner join months
        on terms.won_month <= months.period_month
        and (terms.term_ends_month > months.period_month or terms.term_ends_at > months.as_of)
    union all
    select
        customer_key,
        won_month as period_month,
        0 as running_terms,
        coalesce(amount_reporting, 0) as revenue_reporting
    from won_deals

),

deal_months as (

    select
        customer_key,
        period_month,
        sum(running_terms) > 0 as is_active,
        sum(revenue_reporting) as revenue_reporting
    from running_and_won
    group by customer_key, period_month

)

select * from deal_months
