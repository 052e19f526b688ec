with deals as (

    select * from {{ ref('canonical_deals') }}
    where closed_at is not null and customer_key is not null

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

contracts as (

    select
        deal_key,
        deal_id,
        customer_key,
        amount,
        currency,
        closed_at as term_started_at,
        {{ dbt.dateadd('month', var('deal_term_months'), 'closed_at') }} as due_at
    from deals
    where is_won and deal_type in ('new', 'renewal')

),

-- A renewal deal decides the term that is due nearest to the day it was closed.
candidates as (

    select
        contracts.deal_key,
        renewals.closed_at,
        renewals.is_won,
        renewals.amount,
        renewals.currency,
        row_number() over (
            partition by renewals.deal_key
            order by abs({{ dbt.datediff('contracts.due_at', 'renewals.closed_at', 'second') }}) asc nulls last, contracts.deal_id asc nulls last
        ) as candidate_no
    from contracts
    inner join deals as renewals
        on contracts.customer_key = renewals.customer_key
        and contracts.term_started_at < renewals.closed_at
        and {{ dbt.dateadd('month', var('deal_term_months'), 'contracts.due_at') }} > renewals.closed_at
    where renewals.deal_type = 'renewal'

),

claims as (

    select
        deal_key,
        min(case when is_won then closed_at end) as won_at,
        max(case when not is_won then closed_at end) as lost_at
    from candidates
    where candidate_no = 1
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
        sum({{ to_reporting('candidates.amount', 'candidates.currency', 'valued.rate_date') }}) as amount_after_reporting
    from valued
    inner join candidates
        on valued.deal_key = candidates.deal_key
        and candidates.candidate_no = 1
        and candidates.is_won
    {{ exchange_rate_join('exchange_rates', 'candidates.currency', 'valued.rate_date') }}
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
