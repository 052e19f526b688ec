with contracts as (

    select * from {{ ref('int_renewals__deal_contracts') }}

),

deal_renewals as (

    select * from {{ ref('int_renewals__deal_renewals') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

claims as (

    select
        deal_key,
        min(case when is_won then closed_at end) as won_at,
        max(case when not is_won then closed_at end) as lost_at
    from deal_renewals
    group by deal_key

),

decided as (

    select
        contracts.*,
        claims.won_at,
        coalesce(claims.won_at, claims.lost_at, case when contracts.due_at <= as_of.as_of then contracts.due_at end) as decided_at
    from contracts
    cross join as_of
    left join claims
        on contracts.deal_key = claims.deal_key

),

valued as (

    select
        decided.*,
        coalesce({{ reporting_day('decided.decided_at') }}, {{ reporting_day('as_of.as_of', is_moment=true) }}) as rate_date
    from decided
    cross join as_of

),

renewed as (

    select
        valued.deal_key,
        sum({{ to_reporting('deal_renewals.amount', 'deal_renewals.currency', 'valued.rate_date') }}) as amount_after_reporting
    from valued
    inner join deal_renewals
        on valued.deal_key = deal_renewals.deal_key
        and deal_renewals.is_won
    {{ exchange_rate_join('exchange_rates', 'deal_renewals.currency', 'valued.rate_date') }}
    group by valued.deal_key

),

deal_terms as (

    select
        valued.deal_key,
        valued.deal_id,
        valued.customer_key,
        valued.term_started_at,
        valued.due_at,
        valued.decided_at,
        case
            when valued.won_at is not null then 'renewed'
            when valued.decided_at is not null then 'lost'
            else 'open'
        end as fate,
        {{ to_reporting('valued.amount', 'valued.currency', 'valued.rate_date') }} as amount_before_reporting,
        renewed.amount_after_reporting
    from valued
    left join renewed
        on valued.deal_key = renewed.deal_key
    {{ exchange_rate_join('exchange_rates', 'valued.currency', 'valued.rate_date') }}

)

select * from deal_terms
