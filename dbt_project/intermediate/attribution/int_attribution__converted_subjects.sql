{{ config(materialized='view') }}

{%- set is_of_company = var('attribution_subject') == 'company' -%}

-- The graph has both relations, whatever the var says: a model parsed with one value can't be compiled with the other.
-- depends_on: {{ ref('int_attribution__conversions') }}
-- depends_on: {{ ref('int_attribution__subjects') }}
with converted_subjects as (

    select distinct
        conversion_type,
        {{ 'subject_key' if is_of_company else 'person_key as subject_key' }}
    from {{ ref('int_attribution__conversions' if is_of_company else 'int_attribution__subjects') }}

)

select * from converted_subjects
