with credits as (

    select * from {{ ref('int_attribution__credits') }}

),

-- Sorted here, not where the credits are joined: both at once want more memory than tens of millions of rows leave.
attribution_credits as (

    select *
    from credits
    order by conversion_key, model, touch_no nulls first

)

select * from attribution_credits
