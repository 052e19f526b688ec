with contracts as (

    select * from {{ ref('int_renewals__deal_contracts') }}

),

renewals as (

    select * from {{ ref('canonical_deals') }}
    where deal_type = 'renewal' and closed_at is not null

),

-- A renewal deal decides the term that is due nearest to the day it was closed.
candidates as (

    select
        contracts.deal_key,
        renewals.deal_key as renewal_deal_key,
        renewals.closed_at,
        renewals.is_won,
        renewals.amount,
        renewals.currency,
        row_number() over (
            partition by renewals.deal_key
            order by abs({{ dbt.datediff('contracts.due_at', 'renewals.closed_at', 'second') }}) asc nulls last, contracts.deal_id asc nulls last
        ) as candidate_no
    from contracts
    inner join renewals
        on contracts.customer_key = renewals.customer_key
        and contracts.term_started_at < renewals.closed_at
        and {{ dbt.dateadd('month', var('deal_term_months'), 'contracts.due_at') }} > renewals.closed_at

),

deal_renewals as (

    select
        deal_key,
        renewal_deal_key,
        closed_at,
        is_won,
        amount,
        currency
    from candidates
    where candidate_no = 1

)

select * from deal_renewals
