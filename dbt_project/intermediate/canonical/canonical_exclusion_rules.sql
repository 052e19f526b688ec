with exclusions as (

    select * from {{ ref('exclusions') }}

),

rules as (

    select
        {{ row_order(['object', 'field', 'pattern']) }} as rule_no,
        lower(trim(object)) as object,
        lower(trim(field)) as field,
        pattern,
        reason
    from exclusions

)

select * from rules
