with histories as (

    select * from {{ ref('int_value__histories') }}

),

spend_numbers as (

    select
        row_number() over (order by fit_no asc nulls last, customer_key asc nulls last) as row_no,
        fit_no,
        customer_key,
        repeat_purchases as x,
        mean_value
    from histories

)

select * from spend_numbers
