"""函 and 督办函."""

from __future__ import annotations

from datetime import date

from tracker.documents.blocks import (
    QR,
    Annex,
    Column,
    Document,
    Form,
    Heading,
    Imprint,
    Letterhead,
    Paragraph,
    Signature,
    Table,
)
from tracker.documents.samples.city import OFFICE


def letter() -> Document:
    return Document(
        form=Form.HAN,
        title="关于征求《清河市妇女儿童发展规划任务分解表》意见的函",
        date=date(2027, 3, 5),
        letterhead=Letterhead(OFFICE, number="清妇儿工委办函〔2027〕6号"),
        addressees="市妇儿工委各成员单位",
        body=[
            Paragraph(
                "为做好规划目标任务分解落实工作，我办研究起草了《清河市妇女儿童发展规划任务分解表（征求意见稿）》，现征求你们意见。"
            ),
            Paragraph(
                "请结合本单位职责认真研究，于2027年3月19日（星期五）前反馈书面意见；没有意见的也请告知，逾期未反馈的视为无意见。"
            ),
            Paragraph("专此函达。"),
        ],
        signature=Signature(OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        annexes=[Annex("任务分解表（征求意见稿）", [_division_table()])],
        imprint=Imprint(copy_to="市政府办公室。"),
        qr=QR("清妇儿工委办函〔2027〕6号 sha256:77c0"),
    )


def _division_table() -> Table:
    return Table(
        [Column("序号", 1, "center"), Column("任务", 7), Column("牵头单位", 3), Column("配合单位", 4)],
        [
            [
                1,
                "完善妇幼健康服务体系，每个县（市、区）至少有1所政府举办的标准化妇幼保健机构",
                "市卫生健康委",
                "市发展改革委、市财政局",
            ],
            [2, "保障女童平等接受义务教育，巩固率达到99.5%以上", "市教育局", "市妇联、团市委"],
            [
                3,
                "提高农村妇女参与基层治理的比例，村民委员会成员中女性比例达到30%以上",
                "市民政局",
                "市委组织部、市妇联",
            ],
        ],
    )


def supervision() -> Document:
    return Document(
        form=Form.DUBAN,
        title="关于尽快补充完善2026年度重点任务进展情况的督办函",
        date=date(2027, 3, 15),
        letterhead=Letterhead(OFFICE, number="清妇儿工委办函〔2027〕9号", urgency="加急"),
        addressees="市民政局",
        body=[
            Paragraph(
                "你单位承担的“完善农村留守儿童信息台账”任务，应于2026年12月31日前完成。我办2027年2月20日提示后，尚未收到完成情况。"
            ),
            Heading("请补充的内容"),
            Paragraph("台账建立和更新情况、覆盖乡镇（街道）数、数据核对方式，以及未按期完成的原因。"),
            Heading("时限要求"),
            Paragraph("请于2027年4月6日前将办理情况书面报送我办。如需协调有关单位，请一并提出建议。"),
        ],
        signature=Signature(OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        imprint=Imprint(copy_to="市政府督查室。"),
        qr=QR("清妇儿工委办函〔2027〕9号 sha256:1d4e"),
    )
