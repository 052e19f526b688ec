with parties as (

    select * from {{ ref('canonical_purchase_parties') }}

),

people as (

    select * from {{ ref('canonical_excluded_people') }}

),

companies as (

    select * from {{ ref('canonical_excluded_companies') }}

),

matches as (

    select * from {{ ref('canonical_exclusion_matches') }}
    where object = 'order'

),

judged as (

    select
        parties.purchase,
        parties.source_system,
        parties.purchase_id,
        parties.purchased_at,
        least(matches.rule_no, people.rule_no, companies.rule_no) as rule_no
    from parties
    left join matches
        on parties.purchase = matches.object
        and parties.source_system = matches.source_system
        and parties.purchase_id = matches.record_id
    left join people on parties.person_key = people.person_key
    left join companies on parties.company_key = companies.company_key

),

excluded as (

    select * from judged
    where rule_no is not null

)

select * from excluded
