-- Fails if a mart holds a row of a person, company or deal that is excluded.
with marts as (

    {%- for mart in ['dim_people', 'fct_touchpoints', 'fct_conversions', 'fct_deals', 'fct_orders', 'fct_activities'] %}
    select '{{ mart }}' as mart, person_key from {{ ref(mart) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

companies as (

    {%- for mart in ['dim_companies', 'dim_people', 'fct_conversions', 'fct_deals', 'fct_orders', 'dim_customers'] %}
    select '{{ mart }}' as mart, company_key from {{ ref(mart) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

deals as (

    select 'fct_deals' as mart, deal_key from {{ ref('fct_deals') }}
    union all
    select 'fct_activities' as mart, deal_key from {{ ref('fct_activities') }}

)

select marts.mart, marts.person_key as excluded_key
from marts
inner join {{ ref('canonical_excluded_people') }} as excluded on marts.person_key = excluded.person_key
union all
select companies.mart, companies.company_key as excluded_key
from companies
inner join {{ ref('canonical_excluded_companies') }} as excluded on companies.company_key = excluded.company_key
union all
select deals.mart, deals.deal_key as excluded_key
from deals
inner join {{ ref('canonical_excluded_deals') }} as excluded on deals.deal_key = excluded.deal_key
