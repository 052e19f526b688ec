{{ config(group='attribution') }}

with evidence as (

    select * from {{ ref('int_attribution__evidence') }}

)

select * from evidence
