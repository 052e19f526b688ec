with deals as (

    select * from {{ ref('fct_deals') }}
    where is_won

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

-- What a source never records can't be late.
recording as (

    select distinct source_system
    from deals
    where delivered_at is not null

),

deliveries as (

    select
        deals.deal_key,
        {{ reporting_month('deals.closed_at') }} as period_month,
        coalesce(deals.product, 'unknown') as product,
        deals.delivered_at is not null as is_delivered,
        case
            when deals.delivered_at is not null then deals.days_won_to_delivered
            else {{ fractional_days('deals.closed_at', 'as_of.as_of') }}
        end as days
    from deals
    cross join as_of
    inner join recording
        on deals.source_system = recording.source_system

)

select * from deliveries
