with customers as (

    select
        customer_key,
        acquisition_channel as channel,
        {{ reporting_month('became_customer_at') }} as became_month
    from {{ ref('dim_customers') }}
    where became_customer_at is not null

),

spend as (

    select
        period_month,
        channel,
        new_customers,
        coalesce(ad_spend_reporting, 0) + coalesce(costs_reporting, 0) as spend_reporting
    from {{ ref('fct_acquisition_cost') }}
    where channel != 'all'

),

-- What went to channels that won nobody in the month, or to none in particular, is borne by all whom it won.
with_months as (

    select
        period_month,
        channel,
        new_customers,
        spend_reporting,
        sum(new_customers) over (partition by period_month) as customers_of_month,
        sum(spend_reporting) over (partition by period_month) as spend_of_month,
        sum(case when new_customers = 0 then spend_reporting else 0 end) over (partition by period_month) as shared_spend
    from spend

),

-- Where nothing was spent, nobody was cheap: nobody was bought.
customer_costs as (

    select
        customers.customer_key,
        case
            when with_months.spend_of_month != 0
                then cast(
                    cast(with_months.spend_reporting as double) / with_months.new_customers
                    + cast(with_months.shared_spend as double) / with_months.customers_of_month
                    as decimal(24, 6)
                )
        end as acquisition_cost_reporting
    from customers
    inner join with_months
        on customers.became_month = with_months.period_month
        and customers.channel = with_months.channel

)

select * from customer_costs
