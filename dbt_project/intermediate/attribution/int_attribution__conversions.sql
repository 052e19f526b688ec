{%- set keys = ['company_key', 'person_key'] if var('attribution_subject') == 'company' else ['person_key', 'company_key'] -%}

with conversions as (

    select * from {{ ref('fct_conversions') }}

),

with_subjects as (

    select
        *,
        coalesce({{ keys | join(', ') }}) as subject_key
    from conversions

),

previous as (

    select
        conversion_key,
        conversion_type,
        converted_at,
        deal_key,
        person_key,
        company_key,
        subject_key,
        {%- if var('attribution_paths') == 'cycles' %}
        case
            when subject_key is not null
                then lag(converted_at) over (
                    partition by conversion_type, subject_key
                    order by converted_at asc nulls last, conversion_id asc nulls last, conversion_key asc nulls last
                )
        end as previous_converted_at
        {%- else %}
        cast(null as {{ dbt.type_timestamp() }}) as previous_converted_at
        {%- endif %}
    from with_subjects

)

select * from previous
