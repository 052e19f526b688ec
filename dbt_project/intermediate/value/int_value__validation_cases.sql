with later_orders as (

    select
        *,
        case when repeat_purchases < 7 then cast(repeat_purchases as {{ dbt.type_string() }}) else '7+' end as group_value
    from {{ ref('int_value__later_orders') }}

),

later_renewals as (

    select * from {{ ref('int_value__later_renewals') }}

),

validation_cases as (

    select
        'bg_nbd' as model,
        'purchases' as measure,
        'orders' as learnt_from,
        'repeat_purchases' as group_name,
        group_value,
        1 as customers,
        predicted_purchases as predicted,
        purchases as actual,
        naive_purchases as naive
    from later_orders
    union all
    select
        'gamma_gamma' as model,
        'purchase_value' as measure,
        'orders' as learnt_from,
        'repeat_purchases' as group_name,
        group_value,
        1 as customers,
        predicted_value as predicted,
        mean_value as actual,
        naive_value as naive
    from later_orders
    where mean_value > 0
    union all
    select
        'sbg' as model,
        measure,
        'contracts' as learnt_from,
        'month_of_contract' as group_name,
        cast(term as {{ dbt.type_string() }}) as group_value,
        customers,
        predicted,
        actual,
        naive
    from later_renewals

)

select * from validation_cases
