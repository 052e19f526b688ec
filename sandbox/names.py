"""Countries, languages, and the names people, companies and campaigns carry in their own scripts."""

# country, weight, currency, language
COUNTRIES: tuple[tuple[str, float, str, str], ...] = (
    ("United States", 0.34, "USD", "english"),
    ("United Kingdom", 0.12, "GBP", "english"),
    ("Germany", 0.11, "EUR", "german"),
    ("France", 0.08, "EUR", "french"),
    ("Spain", 0.05, "EUR", "spanish"),
    ("Egypt", 0.09, "EGP", "arabic"),
    ("Saudi Arabia", 0.05, "USD", "arabic"),
    ("Ukraine", 0.05, "USD", "ukrainian"),
    ("Japan", 0.05, "USD", "japanese"),
    ("China", 0.03, "USD", "chinese"),
    ("India", 0.03, "USD", "hindi"),
)

# language → (name as written, its spelling in an address)
FIRST_NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "english": (
        ("Olivia", "olivia"), ("James", "james"), ("Amara", "amara"), ("Noah", "noah"),
        ("Grace", "grace"), ("Siobhán", "siobhan"), ("Ethan", "ethan"), ("Zoë", "zoe"),
    ),
    "german": (
        ("Jürgen", "juergen"), ("Anneliese", "anneliese"), ("Björn", "bjoern"), ("Käthe", "kaethe"),
        ("Lukas", "lukas"), ("Sören", "soeren"),
    ),
    "french": (
        ("Élodie", "elodie"), ("François", "francois"), ("Chloé", "chloe"), ("Benoît", "benoit"),
        ("Maëlle", "maelle"), ("Théo", "theo"),
    ),
    "spanish": (
        ("José", "jose"), ("Íñigo", "inigo"), ("Lucía", "lucia"), ("Begoña", "begona"),
        ("Andrés", "andres"),
    ),
    "arabic": (
        ("محمد", "mohamed"), ("فاطمة", "fatma"), ("أحمد", "ahmed"), ("نورهان", "nourhan"),
        ("يوسف", "youssef"), ("مريم", "mariam"), ("عبد الرحمن", "abdelrahman"), ("سلمى", "salma"),
    ),
    "ukrainian": (
        ("Олена", "olena"), ("Тарас", "taras"), ("Оксана", "oksana"), ("Дмитро", "dmytro"),
        ("Ірина", "iryna"),
    ),
    "japanese": (
        ("花子", "hanako"), ("太郎", "taro"), ("陽菜", "hina"), ("蓮", "ren"), ("さくら", "sakura"),
    ),
    "chinese": (
        ("伟", "wei"), ("芳", "fang"), ("秀英", "xiuying"), ("娜", "na"), ("强", "qiang"),
    ),
    "hindi": (
        ("प्रिया", "priya"), ("राहुल", "rahul"), ("अनन्या", "ananya"), ("विक्रम", "vikram"),
    ),
}  # fmt: skip

# language → (name as written, its spelling in an address)
LAST_NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "english": (
        ("Smith", "smith"), ("O'Connor", "oconnor"), ("Okafor", "okafor"), ("Taylor", "taylor"),
        ("Hughes-Lee", "hugheslee"), ("Brown", "brown"), ("Johnson, Jr.", "johnson"),
    ),
    "german": (
        ("Müller", "mueller"), ("Groß", "gross"), ("Schäfer", "schaefer"),
        ("von der Heide", "vonderheide"), ("Özdemir", "oezdemir"),
    ),
    "french": (
        ("Lefèvre", "lefevre"), ("d'Alembert", "dalembert"), ("Dubois", "dubois"), ("Garçon", "garcon"),
    ),
    "spanish": (
        ("Muñoz", "munoz"), ("García Márquez", "garciamarquez"), ("Ibáñez", "ibanez"),
        ("López", "lopez"),
    ),
    "arabic": (
        ("حسن", "hassan"), ("عبد الله", "abdallah"), ("المصري", "elmasry"), ("إبراهيم", "ibrahim"),
        ("السيد", "elsayed"), ("منصور", "mansour"),
    ),
    "ukrainian": (
        ("Шевченко", "shevchenko"), ("Коваленко", "kovalenko"), ("Гриценко", "hrytsenko"),
        ("Їжакевич", "yizhakevych"),
    ),
    "japanese": (
        ("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("渡辺", "watanabe"),
    ),
    "chinese": (
        ("王", "wang"), ("李", "li"), ("张", "zhang"), ("欧阳", "ouyang"),
    ),
    "hindi": (
        ("शर्मा", "sharma"), ("पटेल", "patel"), ("सिंह", "singh"),
    ),
}  # fmt: skip

# language → (name as written, its spelling in a domain)
COMPANY_NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "english": (
        ("Northwind Logistics", "northwind"), ("Bright & Sons", "brightsons"),
        ("Harbor Analytics", "harbor"), ('Acme "Quoted" Ltd', "acme"), ("Cedar Health", "cedar"),
        ("Foxglove Foods", "foxglove"),
    ),
    "german": (
        ("Müller Maschinenbau GmbH", "mueller"), ("Straßenbau Süd AG", "strassenbau"),
        ("Bäckerei Online", "baeckerei"),
    ),
    "french": (
        ("Société Générique", "generique"), ("Énergie Côte d'Azur", "energie"),
        ("Ateliers Noël", "noel"),
    ),
    "spanish": (
        ("Señal Móvil", "senal"), ("Compañía Ibérica", "iberica"), ("Diseño Norte", "diseno"),
    ),
    "arabic": (
        ("شركة النيل للبرمجيات", "nile"), ("مجموعة الأهرام التجارية", "ahram"),
        ("دار الحكمة للتعليم", "hikma"), ("الواحة للخدمات اللوجستية", "waha"),
    ),
    "ukrainian": (
        ("Дніпро Софт", "dnipro"), ("Карпати Логістика", "karpaty"), ("Київська Пекарня", "pekarnia"),
    ),
    "japanese": (
        ("株式会社さくら", "sakura"), ("東京データ", "tokyodata"), ("富士物流", "fuji"),
    ),
    "chinese": (
        ("长城软件有限公司", "changcheng"), ("上海云数据", "shyun"),
    ),
    "hindi": (
        ("गंगा टेक्नोलॉजीज", "ganga"), ("दिल्ली डेटा", "dilli"),
    ),
}  # fmt: skip

INDUSTRIES = (
    "software",
    "manufacturing",
    "retail",
    "healthcare",
    "education",
    "logistics",
    "finance",
    "media",
)

OWNERS = (
    ("Maya", "Fischer"), ("Omar", "Haddad"), ("Zoë", "Quinn"), ("Kenji", "Watanabe"), ("ليلى", "منصور"),
    ("Priya", "Nair"), ("Олег", "Бондар"), ("Ana", "Ibáñez"),
)  # fmt: skip
