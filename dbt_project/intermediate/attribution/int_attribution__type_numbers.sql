with conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

conversion_types as (

    select distinct conversion_type from conversions

),

type_numbers as (

    select
        conversion_type,
        row_number() over (order by conversion_type asc nulls last) as type_no
    from conversion_types

)

select * from type_numbers
