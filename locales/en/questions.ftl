### The screens, lessons and problems of the service "questions".

## The screen

questions-open-link = Open the page. Then choose.
questions-picture = The picture that the question is about
# $count (Number) - how many people chose this answer
questions-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}

## Problems

questions-choose-one = Choose one of the answers.

## Lessons: what to know before the first task

questions-lesson-compare = Read both lines. Are the name and the town the same?
questions-lesson-compare-right =
    Shop: Amani Books, Kisumu
    Page: Amani Books in Kisumu. School books and pens.
    The name and the town are the same. Choose Yes.
questions-lesson-compare-wrong =
    Shop: Amani Books, Kisumu
    Page: Amani Hotel in Kisumu. Rooms and food.
    A hotel is not a book shop. Do not choose Yes.
questions-lesson-writing = Big letters, dots and short words do not matter.
questions-lesson-writing-right =
    Shop: Baraka and Sons, Nakuru
    Page: BARAKA & SONS, Nakuru
    It is the same name, written in another way. Choose Yes.
questions-lesson-writing-wrong =
    Shop: Baraka and Sons, Nakuru
    Page: BARAKA & SONS, Nakuru
    Only the letters are bigger. Do not choose No.
questions-lesson-place = The same name in another town is another shop.
questions-lesson-place-right =
    Shop: Tumaini Tea Room, Eldoret
    Page: Tumaini Tea Room. You find us in Mombasa.
    The towns differ. Choose No.
questions-lesson-place-wrong =
    Shop: Tumaini Tea Room, Eldoret
    Page: Tumaini Tea Room. You find us in Mombasa.
    The same name is not enough. Do not choose Yes.

## Practice

questions-practice-question = Is this the web page of this shop?
questions-practice-1 =
    Shop: Jua Bakery, Thika
    Page: Jua Bakery in Thika. Fresh bread each morning.
questions-practice-1-why = The name and the town are the same: Yes.
questions-practice-2 =
    Shop: Jua Bakery, Thika
    Page: Jua Solar Lamps in Thika. Light for your home.
questions-practice-2-why = One sells bread, the other lamps: No.
questions-practice-3 =
    Shop: Mama Rosa Tailors, Kitale
    Page: MAMA ROSA TAILORS, Kitale. School uniforms.
questions-practice-3-why = Big letters do not matter. It is the same shop: Yes.
questions-practice-4 =
    Shop: Green Leaf Pharmacy, Nyeri
    Page: Green Leaf Pharmacy. Come and see us in Garissa.
questions-practice-4-why = The towns are not the same: No.
questions-practice-5 =
    Shop: Lake View Fish, Kisumu
    Page: This address is for sale. Buy it now.
questions-practice-5-why = The page says nothing about the shop: No.
questions-practice-6 =
    Shop: Safari Bicycles, Malindi
    Page: Safari Bicycles Ltd. We mend and sell bicycles in Malindi.
questions-practice-6-why = "Ltd" only says that it is a company. It is the same shop: Yes.
questions-practice-7 =
    Shop: Kamau Hardware, Embu
    Page: Kamande Hardware, Embu. Nails, paint and tools.
questions-practice-7-why = Kamau and Kamande are two names: No.
questions-practice-8 =
    Shop: Pwani Phones & Radios, Lamu
    Page: Pwani Phones and Radios, Lamu town
questions-practice-8-why = "&" and "and" mean the same: Yes.
questions-practice-9 =
    Shop: Sunrise Nursery School, Meru
    Page: Sunrise Bus Company. From Meru to Nairobi.
questions-practice-9-why = A bus company is not a school: No.
questions-practice-10 =
    Shop: Neema Beauty Salon, Voi
    Page: Welcome to Neema's. Beauty salon in the middle of Voi.
questions-practice-10-why = The name, the trade and the town fit: Yes.
