{%- set dimensions = {
    'all': "'all'",
    'owner': 'deals.owner',
    'product': 'deals.product',
    'segment': 'deals.segment',
    'lead_source': 'deals.lead_source',
    'company_segment': 'companies.segment',
    'deal_type': 'deals.deal_type',
} -%}

with deals as (

    select * from {{ ref('fct_deals') }}

),

companies as (

    select * from {{ ref('dim_companies') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

described as (

    select
        deals.deal_key,
        {{ reporting_day('deals.created_at') }} as created_on,
        case when deals.is_closed then {{ reporting_day('deals.closed_at') }} end as closed_on,
        deals.is_closed,
        deals.is_closed and deals.is_won as is_won,
        deals.amount_reporting,
        deals.days_to_close,
        deals.days_first_touch_to_won,
        coalesce(conversions.is_new_customer, false) as is_new_customer,
        {%- for dimension, value in dimensions.items() %}
        coalesce({{ value }}, 'unknown') as {{ dimension }}_value{{ ',' if not loop.last }}
        {%- endfor %}
    from deals
    left join companies
        on deals.company_key = companies.company_key
    left join conversions
        on deals.deal_key = conversions.deal_key
        and conversions.conversion_type = 'won'

),

deal_dimensions as (

    {%- for dimension in dimensions %}
    select
        deal_key,
        '{{ dimension }}' as dimension,
        {{ dimension }}_value as dimension_value,
        created_on,
        closed_on,
        is_closed,
        is_won,
        amount_reporting,
        days_to_close,
        days_first_touch_to_won,
        is_new_customer
    from described
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from deal_dimensions
