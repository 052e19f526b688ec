with orders as (

    select
        customer_key,
        {{ reporting_day('ordered_at') }} as purchase_day,
        amount_reporting
    from {{ ref('canonical_orders') }}
    where customer_key is not null and is_purchase

),

days as (

    select
        customer_key,
        purchase_day,
        count(*) as purchases,
        sum(amount_reporting) as value_reporting
    from orders
    group by customer_key, purchase_day

),

numbered as (

    select
        customer_key,
        purchase_day,
        cast(purchases as bigint) as purchases,
        cast(value_reporting as decimal(24, 6)) as value_reporting,
        row_number() over (
            partition by customer_key
            order by purchase_day asc nulls last
        ) as purchase_no,
        {{ dbt.datediff(
            'lag(purchase_day) over (partition by customer_key order by purchase_day asc nulls last)', 'purchase_day', 'day'
        ) }} as days_since_previous
    from days

)

select * from numbered
