-- What customers brought, and what the models expect of them, by segment.
select
    coalesce(dim_customers.segment, 'unknown') as segment,
    count(*) as customers,
    cast(sum(fct_customer_value.historic_value_reporting) as double) as historic,
    sum(fct_customer_value.predicted_ltv_12m) as orders_12m,
    sum(fct_customer_value.residual_ltv_reporting) as subscriptions
from marts.fct_customer_value
inner join marts.dim_customers using (customer_key)
group by all
order by historic desc, segment
