with deals as (

    select * from {{ ref('canonical_deals') }}
    where closed_at is not null and customer_key is not null

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

)

select * from contracts
