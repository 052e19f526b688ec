with customers as (

    select * from {{ ref('canonical_customers') }}

),

people as (

    select * from {{ ref('canonical_people') }}

),

customer_people as (

    select customer_key, person_key from customers
    where company_key is null
    union all
    select customers.customer_key, people.person_key
    from customers
    inner join people
        on customers.company_key = people.company_key

)

select * from customer_people
