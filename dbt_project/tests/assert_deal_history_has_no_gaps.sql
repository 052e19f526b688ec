-- Fails if the stretches of a deal in fct_deal_history overlap or leave a gap, if one is empty, if it doesn't begin with the deal's
-- creation, or if a deal that lives at as_of doesn't end in the state that fct_deals has it in.
with history as (

    select
        *,
        lead(valid_from) over (partition by deal_key order by valid_from) as next_from,
        row_number() over (partition by deal_key order by valid_from) as stretch_no
    from {{ ref('fct_deal_history') }}

),

deals as (

    select * from {{ ref('fct_deals') }}
    where created_at is not null and (not is_closed or closed_at is not null)

),

last_stretches as (

    select * from history
    where next_from is null

)

select history.deal_key, 'stretches follow one another' as claim
from history
where valid_to <= valid_from or (next_from is not null and (valid_to is null or valid_to != next_from))
union all
select deals.deal_key, 'a history begins with the creation' as claim
from deals
left join history
    on deals.deal_key = history.deal_key
    and history.stretch_no = 1
where history.valid_from is null or history.valid_from != deals.created_at
union all
select deals.deal_key, 'a history ends in the present' as claim
from deals
left join last_stretches on deals.deal_key = last_stretches.deal_key
where
    last_stretches.valid_to is not null
    or last_stretches.is_open = deals.is_closed
    or last_stretches.stage != deals.stage
    or coalesce(last_stretches.amount, -1) != coalesce(deals.amount, -1)
    or coalesce(last_stretches.owner, '') != coalesce(deals.owner, '')
    or coalesce(last_stretches.pipeline, '') != coalesce(deals.pipeline, '')
