-- Fails if an amount in a deal's history is no number: the daily pipeline would take it for an unknown amount.
with field_history as (

    select * from {{ ref('canonical_deal_field_history') }}

),

failures as (

    select * from field_history
    where
        field = 'amount'
        and trim(value) <> ''
        and {{ dbt.safe_cast('value', 'decimal(24, 6)') }} is null

)

select * from failures
