with expansions as (

    select * from {{ ref('int_renewals__expansions') }}

),

by_product as (

    select
        period_month,
        source,
        kind,
        product,
        count(distinct customer_key) as customers,
        cast(sum(amount_reporting) as decimal(24, 6)) as amount_reporting
    from expansions
    group by period_month, source, kind, product
    order by period_month, source, kind, product

)

select * from by_product
