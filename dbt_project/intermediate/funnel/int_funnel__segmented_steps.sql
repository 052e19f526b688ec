{%- set segments = {
    'all': "'all'",
    'segment': 'progress.segment',
    'lead_source': 'people.lead_source',
    'acquisition_channel': 'progress.acquisition_channel',
    'country': 'people.country',
    'industry': 'companies.industry',
    'size_band': 'companies.size_band',
} -%}

with progress as (

    select * from {{ ref('fct_funnel_progress') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

companies as (

    select * from {{ ref('dim_companies') }}

),

best_steps as (

    select
        progress.funnel,
        progress.order_mode,
        min(progress.entered_at) over (
            partition by progress.funnel, progress.order_mode, progress.person_key
        ) as started_at,
        progress.step_no,
        lead(progress.days_from_previous) over (
            partition by progress.funnel, progress.order_mode, progress.person_key
            order by progress.step_no asc nulls last
        ) as days_to_next,
        {%- for segment_name, value in segments.items() %}
        coalesce({{ value }}, 'unknown') as {{ segment_name }}_value{{ ',' if not loop.last }}
        {%- endfor %}
    from progress
    left join people
        on progress.person_key = people.person_key
    left join companies
        on people.company_key = companies.company_key
    where progress.is_best_attempt

),

segmented_steps as (

    {%- for segment_name in segments %}
    select
        funnel,
        order_mode,
        {{ reporting_month('started_at') }} as cohort_month,
        '{{ segment_name }}' as segment_name,
        {{ segment_name }}_value as segment_value,
        step_no,
        days_to_next
    from best_steps
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from segmented_steps
