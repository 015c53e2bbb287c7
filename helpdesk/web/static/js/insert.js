for(const t of document.querySelectorAll("[data-insert]")){const e=document.getElementById(t.dataset.into);e.addEventListener("focus",()=>e.dataset.seen="",{once:!0}),t.addEventListener("click",s=>{s.preventDefault();const[n,a]="seen"in e.dataset?[e.selectionStart,e.selectionEnd]:[e.value.length,e.value.length],d=n>0&&!/\s$/.test(e.value.slice(0,n))?`

`:"";e.setRangeText(d+document.getElementById(t.dataset.insert).textContent,n,a,"end"),e.dispatchEvent(new Event("input",{bubbles:!0})),e.focus()})}
